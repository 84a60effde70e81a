import { breakEvenHours, breakEvenJobs, cheapestPlan } from '../../core/cost/budget.ts'
import { costOptions } from '../../core/cost/options.ts'
import { jobHours } from '../../core/cost/paid-hours.ts'
import type { PlanReport } from '../../core/domain/report.ts'
import type { HardwareEntry, Spec } from '../../core/domain/spec.ts'
import { estimate } from '../../core/estimate.ts'
import type { EstimateRequest } from '../../core/request.ts'
import { HOURS_PER_YEAR, SECONDS_PER_HOUR } from '../../core/units.ts'
import { formatRate, formatSeconds, formatShare, formatUsd } from '../../render/format.ts'
import type { OtherPlan } from '../../render/solution.ts'
import { missingKey, type Solution } from './solution.ts'

/** Jobs after which own hardware of the spec has cost less than the cheapest rented plan for each of them. */
export function solveBreakEven(request: EstimateRequest): Solution {
  const { spec } = request
  const purchaseUsd = spec.ownership?.purchase_usd
  if (purchaseUsd === undefined) {
    throw missingKey(
      'break-even',
      'ownership.purchase_usd',
      'the price of one machine with all its GPUs, as in --set ownership.purchase_usd=2500',
    )
  }
  const report = estimate({
    ...request,
    top: null,
    all: false,
    spec: { ...spec, hardware: bothWays(spec), objective: 'cost' },
  })
  const feasible = report.plans.filter((plan) => plan.feasible)
  const own = cheapestFor(feasible.filter(({ owned }) => owned))
  const rented = cheapestFor(feasible.filter(({ kind, owned }) => kind === 'gpu' && !owned))
  const service = cheapestFor(feasible.filter(({ kind }) => kind === 'api'))
  const others: OtherPlan[] = [
    ...(rented === null ? [] : [{ value: 'rented', plan: rented }]),
    ...(service === null ? [] : [{ value: 'service', plan: service }]),
  ]
  const nothing = {
    what: 'break-even',
    answer: null,
    plan: own,
    above: null,
    others,
    evaluations: report.candidates,
  } as const
  if (own === null)
    return { ...nothing, figures: {}, remarks: ['no own hardware of the spec meets the constraints'] }
  if (rented === null)
    return { ...nothing, figures: {}, remarks: ['no rented plan with a known price meets the constraints'] }
  const figures = figuresOf(own, rented, purchaseUsd, spec)
  const { jobs, hours, lifetimeHours } = figures
  const isTooLate = hours !== null && lifetimeHours !== null && hours > lifetimeHours
  const answer = isTooLate ? null : jobs
  const fewer = (answer ?? 0) - 1
  return {
    ...nothing,
    answer,
    above: fewer < 1 ? null : { value: fewer, verdict: 'renting is cheaper', plan: null },
    words: {
      title: answer === null ? 'break-even: never' : `break-even: ${answer} runs`,
      answer: 'own',
      above: 'one run less',
    },
    figures: { ...figures, serviceUsdPerJob: service === null ? null : usdPerJob(service) },
    remarks: remarksOf(figures, spec),
  }
}

/** The hardware of the spec; where none of it is rented, its own cards from whoever rents them out. */
function bothWays({ hardware = [] }: Spec): HardwareEntry[] {
  const entries = [hardware].flat()
  const owned = entries.filter((entry) => entry.owned === true)
  if (owned.length === 0) {
    throw missingKey(
      'break-even',
      'hardware with owned: true',
      'mark the cards that you have or would buy, as in {gpu: rtx4090, owned: true}',
    )
  }
  if (owned.length < entries.length) return entries
  return [...entries, ...owned.map(({ owned: _, usd_per_gpu_hour: __, ...entry }) => entry)]
}

/** Parts of a bill that are no part of a job: the purchase itself, and what comes after it. */
const besideJob = new Set(['ownership/depreciation', 'hosting/month'])

const usdPerJob = ({ cost }: PlanReport): number =>
  cost.terms.reduce((sum, { key, usd }) => (besideJob.has(key) ? sum : sum + usd), 0)

function cheapestFor(plans: readonly PlanReport[]): PlanReport | null {
  const priced = plans
    .filter(({ cost }) => cost.usd !== null)
    .map((plan) => {
      const mid = usdPerJob(plan)
      return { id: plan.id, method: plan.method, usd: { low: mid, mid, high: mid }, seconds: null, plan }
    })
  return cheapestPlan(priced)?.plan ?? null
}

function figuresOf(own: PlanReport, rented: PlanReport, purchaseUsd: number, spec: Spec) {
  const machinesUsd = purchaseUsd * (own.nodes ?? 1)
  const hours = jobHours((own.time?.totalSeconds.mid ?? 0) / SECONDS_PER_HOUR, costOptions(spec))
  const ownUsdPerJob = usdPerJob(own)
  const rentUsdPerJob = usdPerJob(rented)
  const { lifetime_years: years, hours_per_year: perYear = HOURS_PER_YEAR } = spec.ownership ?? {}
  return {
    jobs: breakEvenJobs({ purchaseUsd: machinesUsd, runningUsdPerJob: ownUsdPerJob, rentUsdPerJob }),
    hours: breakEvenHours({
      purchaseUsd: machinesUsd,
      runningUsdPerHour: ownUsdPerJob / hours,
      rentUsdPerHour: rentUsdPerJob / hours,
    }),
    hoursPerJob: hours,
    purchaseUsd: machinesUsd,
    ownUsdPerJob,
    rentUsdPerJob,
    lifetimeHours: years === undefined ? null : years * perYear,
  }
}

function remarksOf(figures: ReturnType<typeof figuresOf>, { ownership }: Spec): string[] {
  const { jobs, hours, hoursPerJob, purchaseUsd, ownUsdPerJob, rentUsdPerJob, lifetimeHours } = figures
  const perJob = `a run of ${formatSeconds(hoursPerJob * SECONDS_PER_HOUR)} costs ${formatUsd(ownUsdPerJob)} on own hardware, ${formatUsd(rentUsdPerJob)} rented`
  const power =
    ownership?.usd_per_kwh === undefined
      ? ['ownership.usd_per_kwh is not stated: electricity is counted as 0']
      : []
  if (jobs === null || hours === null)
    return [`${perJob}: buying for ${formatUsd(purchaseUsd)} never pays`, ...power]
  const rent = `own hardware pays off against ${formatRate(rentUsdPerJob / hoursPerJob)} of rent for each hour that it works`
  return [
    `${formatUsd(purchaseUsd)} are earned back after ${jobs} runs, ${formatSeconds(hours * SECONDS_PER_HOUR)} of use: ${perJob}`,
    rent,
    ...lifeRemark(hours, lifetimeHours),
    ...power,
  ]
}

function lifeRemark(hours: number, lifetimeHours: number | null): string[] {
  if (lifetimeHours === null)
    return ['ownership.lifetime_years is not stated: whether it lasts that long is not checked']
  const share = hours / lifetimeHours
  return share > 1
    ? [`it never pays: its life of ${lifetimeHours} hours of use ends before`]
    : [`that is ${formatShare(share)} of its life of ${lifetimeHours} hours of use`]
}
