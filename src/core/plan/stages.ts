import type {
  Outcomes,
  Sensitivity,
  Stage,
  StagedPlan,
  StagedTotals,
  StageFinding,
} from '../domain/stages.ts'
import { checkShare, UserError } from '../errors.ts'

/** A gate as the spec states it: how often it is passed once its stage is reached. */
export interface GatedStage {
  readonly name: string
  readonly usd: number | null
  readonly seconds: number | null
  readonly passProbability: number
  /** Score or share of full fine-tuning that the gate asks for; null without a stated gate. */
  readonly target: number | null
}

/** Passing probability when there is neither a pilot nor an answer. */
export const UNKNOWN_PASS_PROBABILITY = 0.5
/** How far each passing probability is moved. */
const SHIFTS = [-0.2, 0.2]
/** Probabilities that should add up to 1 may miss it by rounding. */
const ROUNDING = 1e-6

/**
 * What a passed or failed gate means: the first of several stages screens (failed: stop, the data do not carry it); a later one ends in success
 * when passed and hands over to the next when failed; the last one decides.
 * @source article, progressive_fine_tuning
 */
export function outcomesOf(index: number, count: number, passProbability: number): Outcomes {
  const passed = passProbability
  const failed = 1 - passProbability
  if (index === count - 1) return { success: passed, proceed: 0, failure: failed }
  if (index === 0) return { success: 0, proceed: passed, failure: failed }
  return { success: passed, proceed: failed, failure: 0 }
}

/** A progressive plan from gates in their usual roles, with what each passing probability does to it. */
export function gatedPlan(stages: readonly GatedStage[]): StagedPlan {
  checkGates(stages)
  const sensitivity = stages.flatMap((stage, index) =>
    SHIFTS.flatMap((shift): Sensitivity[] => {
      const passProbability = Math.min(1, Math.max(0, stage.passProbability + shift))
      if (passProbability === stage.passProbability) return []
      const shifted = stages.with(index, { ...stage, passProbability })
      return [{ stage: stage.name, passProbability, totals: totalsOf(withOutcomes(shifted)) }]
    }),
  )
  return { ...stagedPlan(withOutcomes(stages)), sensitivity }
}

const withOutcomes = (stages: readonly GatedStage[]): Stage[] =>
  stages.map(({ name, usd, seconds, passProbability }, index) => ({
    name,
    usd,
    seconds,
    outcomes: outcomesOf(index, stages.length, passProbability),
  }))

/**
 * Expected and worst cost and time of stages with given outcomes, and whether each pays.
 *
 *   reach 1 = 1, reach i+1 = reach i x P(proceed i); E[C] = sum of reach x cost; P(success) = sum of reach x P(success)
 *
 * A stage pays when it costs less than what its gate saves: (1 - P(proceed)) x expected cost of what follows.
 */
export function stagedPlan(stages: readonly Stage[]): StagedPlan {
  checkStages(stages)
  const reaches = reachesOf(stages)
  return {
    ...totalsOf(stages),
    worstUsd: sumOf(stages.map(({ usd }) => usd)),
    worstSeconds: sumOf(stages.map(({ seconds }) => seconds)),
    stages: reaches.map((reach, index) => findingOf(stages, index, reach)),
    sensitivity: [],
  }
}

function findingOf(stages: readonly Stage[], index: number, reachProbability: number): StageFinding {
  const stage = stages[index] as Stage
  const following = stages.slice(index + 1)
  const remaining = following.length === 0 ? null : totalsOf(following).expectedUsd
  const savedUsd = remaining === null ? null : (1 - stage.outcomes.proceed) * remaining
  const pays = savedUsd === null || stage.usd === null ? null : stage.usd < savedUsd
  return { ...stage, reachProbability, savedUsd, pays }
}

function reachesOf(stages: readonly Stage[]): number[] {
  let reach = 1
  return stages.map(({ outcomes }) => {
    const here = reach
    reach *= outcomes.proceed
    return here
  })
}

function totalsOf(stages: readonly Stage[]): StagedTotals {
  const reaches = reachesOf(stages)
  const weighted = (of: (stage: Stage) => number | null): number | null =>
    sumOf(
      stages.map((stage, index) => {
        const reach = reaches[index] ?? 0
        const value = of(stage)
        // What is never reached costs nothing, known or not.
        return reach === 0 ? 0 : value === null ? null : reach * value
      }),
    )
  const expectedUsd = weighted(({ usd }) => usd)
  const successProbability = weighted(({ outcomes }) => outcomes.success) ?? 0
  return {
    expectedUsd,
    expectedSeconds: weighted(({ seconds }) => seconds),
    successProbability,
    usdPerSuccess: expectedUsd === null || successProbability === 0 ? null : expectedUsd / successProbability,
  }
}

/** Null as soon as one part is unknown. */
const sumOf = (parts: readonly (number | null)[]): number | null =>
  parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0)

function checkStages(stages: readonly Stage[]): void {
  if (stages.length === 0) throw new UserError('invalid-spec', 'stages: there are none')
  for (const [index, { outcomes }] of stages.entries()) {
    const { success, proceed, failure } = outcomes
    for (const [name, value] of Object.entries(outcomes)) checkShare(`stages[${index}] ${name}`, value)
    const sum = success + proceed + failure
    if (Math.abs(sum - 1) > ROUNDING) {
      throw new UserError(
        'invalid-spec',
        `stages[${index}]: success ${success}, proceed ${proceed} and failure ${failure} add up to ${Number(sum.toPrecision(6))}, not to 1`,
      )
    }
    if (index === stages.length - 1 && proceed > ROUNDING) {
      throw new UserError('invalid-spec', `stages[${index}]: the last stage proceeds to nothing`)
    }
  }
}

function checkGates(stages: readonly GatedStage[]): void {
  let highest: { target: number; index: number } | null = null
  for (const [index, { passProbability, target }] of stages.entries()) {
    checkShare(`stages[${index}].gate.pass_probability`, passProbability)
    if (target === null) continue
    checkShare(`stages[${index}].gate.target`, target)
    if (highest !== null && target < highest.target) {
      throw new UserError(
        'invalid-spec',
        `stages[${index}].gate.target: ${target} is below ${highest.target} of stages[${highest.index}]: the gates are out of order`,
        'a later stage costs more and must ask for at least as much',
      )
    }
    highest = { target, index }
  }
}
