import type { PlanReport, Report } from '../core/domain/report.ts'
import { constraintAmount } from './explain.ts'
import { decisionLines } from './reasons.ts'
import type { Render, Renderer } from './renderer.ts'
import { escapeXml } from './xml.ts'

interface Case {
  readonly name: string
  /** Why it failed; null when it holds. */
  readonly failure: string | null
  /** Broken, but only a warning by the spec. */
  readonly skipped: string | null
}

const memoryCase = (plan: PlanReport): Case[] => {
  if (plan.memory === null || plan.constraints.some(({ name }) => name.startsWith('memory'))) return []
  const { requiredBytes, capacityBytes } = plan.memory
  const fits = plan.verdict !== 'no-fit'
  const text = `needs ${constraintAmount('memory', requiredBytes.high)}, has ${constraintAmount('memory', capacityBytes)}`
  return [{ name: 'memory', failure: fits ? null : text, skipped: null }]
}

/** The constraints of the plan that decides: the winner, or the nearest miss. */
function casesOf(report: Report): Case[] {
  const plan = report.plans.find(({ id }) => id === report.decision.winner) ?? report.plans[0]
  if (plan === undefined) return []
  const constraints = plan.constraints.map(({ name, limit, value, ok, level }): Case => {
    const text = `${constraintAmount(name, value)} against a limit of ${constraintAmount(name, limit)}`
    return {
      name,
      failure: ok || level === 'warn' ? null : text,
      skipped: !ok && level === 'warn' ? text : null,
    }
  })
  const verdict: Case = {
    name: 'a plan meets every constraint',
    failure: report.verdict === 'ok' ? null : (decisionLines(report)[0] ?? report.verdict),
    skipped: null,
  }
  return [...memoryCase(plan), ...constraints, verdict]
}

function caseXml(suite: string, { name, failure, skipped }: Case): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}" time="0"`
  if (failure !== null) {
    return `${open}>\n      <failure message="${escapeXml(failure)}" type="constraint"/>\n    </testcase>`
  }
  if (skipped !== null) return `${open}>\n      <skipped message="${escapeXml(skipped)}"/>\n    </testcase>`
  return `${open}/>`
}

const suite: Render = (report) => {
  const cases = casesOf(report)
  const name = `ftplan.${report.model.id ?? report.model.modelType}`
  const failures = cases.filter(({ failure }) => failure !== null).length
  const skipped = cases.filter((one) => one.skipped !== null).length
  const plan = report.plans[0]
  const properties = plan === undefined ? [] : propertiesOf(plan)
  return [
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="0">`,
    ...(properties.length === 0 ? [] : ['    <properties>', ...properties, '    </properties>']),
    ...cases.map((one) => caseXml(name, one)),
    '  </testsuite>\n',
  ].join('\n')
}

/** One test case a constraint, so that a CI shows a broken budget as a failed test. */
export const junit: Renderer = {
  open: '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ftplan">\n',
  render: suite,
  close: '</testsuites>\n',
}

/** The totals of the plan in base units. */
function propertiesOf({ id, memory, time, cost, retention }: PlanReport): string[] {
  const values: Readonly<Record<string, string | number | null | undefined>> = {
    plan: id,
    requiredBytes: memory?.requiredBytes.high,
    capacityBytes: memory?.capacityBytes,
    totalSeconds: time?.totalSeconds.mid,
    usd: cost.usd?.mid,
    retention: retention?.mid,
  }
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `      <property name="${name}" value="${escapeXml(String(value))}"/>`)
}
