import { isAdapter } from '../architecture/index.ts'
import { computeDType, type Plan, stepsOnHost } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { bytesPerValue } from '../units.ts'
import { algorithmShape } from './algorithm.ts'
import { frozenBytes } from './base-weights.ts'
import { fixedLine, type Line, present } from './line.ts'
import { rankParameters, sumOver } from './rank-tensors.ts'
import type { StageTensors } from './stage-tensors.ts'
import { masterBytes, rankStatesBytes, type TrainedPart } from './trained-parts.ts'

/** What a rank keeps between steps: on the card, in unified memory, in host memory. */
export interface Residents {
  readonly card: readonly Line[]
  /** Unified memory: on the card while there is room, outside torch's counters. */
  readonly paged: readonly Line[]
  readonly host: readonly Line[]
}

/** Weights and adapters of one rank, whatever steps them. */
export const weightLines = (
  tensors: StageTensors,
  parts: readonly TrainedPart[],
  plan: Plan,
  habits: MemoryHabits,
): readonly Line[] => present([...baseLines(tensors, plan, habits), ...trainedLines(tensors, parts, plan)])

/** Weights, adapters, masters and optimizer states of one rank, each where it lives. */
export function residentsOf(weights: readonly Line[], parts: readonly TrainedPart[], plan: Plan): Residents {
  const states = present(stateLines(parts, plan))
  const { optimizer, offload } = plan
  const weightsOnHost = offload.includes('parameters')
  const statesOnHost = stepsOnHost(plan)
  const moments = states.filter(({ key }) => key !== 'weights/masters')
  const paged = optimizer.paged && !statesOnHost
  return {
    card: [
      ...(weightsOnHost ? [] : weights),
      ...(statesOnHost ? [] : paged ? states.filter((line) => !moments.includes(line)) : states),
    ],
    paged: paged ? moments : [],
    host: [...(weightsOnHost ? weights : []), ...(statesOnHost ? states : [])],
  }
}

/**
 * Base weights that do not train.
 *
 * @source dettmers-2023-qlora
 * @source transformers
 */
function baseLines({ frozen, trained }: StageTensors, plan: Plan, habits: MemoryHabits): readonly Line[] {
  const split = frozen.map((tensor) => ({
    shards: tensor.shards.weights,
    ...frozenBytes(tensor, plan, habits),
  }))
  const total = (part: 'quantized' | 'constants' | 'kept'): number =>
    split.reduce((sum, tensor) => sum + tensor[part] / tensor.shards, 0)
  const type = plan.quantization?.type ?? ''
  /** A reference copy is held in the dtype of the forward pass. */
  const width = bytesPerValue[computeDType(plan.precision)]
  const reference = algorithmShape(plan).hasReference
    ? sumOver([...frozen, ...trained], (tensor) => (rankParameters(tensor) * width) / tensor.shards.weights)
    : 0
  return [
    fixedLine('weights/quantized', total('quantized'), `${type} values of the base`, 'dettmers-2023-qlora'),
    fixedLine(
      'weights/constants',
      total('constants'),
      `${type} constants of the base`,
      'dettmers-2023-qlora',
    ),
    fixedLine(
      'weights/base',
      total('kept'),
      'frozen parameters that are not quantised · bytes',
      'transformers',
    ),
    fixedLine(
      'weights/reference',
      reference,
      'frozen copy of the model to compare with',
      'rafailov-2023-dpo',
    ),
  ]
}

/**
 * Weights that train: the model's own, adapters, whole modules beside the adapters.
 *
 * @source hu-2021-lora
 */
function trainedLines(tensors: StageTensors, parts: readonly TrainedPart[], { lora }: Plan): readonly Line[] {
  const stored = (adapters: boolean): number =>
    sumOver(
      parts.filter(({ tensor }) => isAdapter(tensor) === adapters),
      (part) => (rankParameters(part) * part.widths.stored) / part.shards.weights,
    )
  const whole = stored(false)
  const beside = tensors.copies.length > 0 || tensors.adapters.length > 0
  const held = lora?.count ?? 1
  return [
    fixedLine('weights/trained', beside ? 0 : whole, 'trained parameters · bytes', 'transformers'),
    fixedLine(
      'adapters/weights',
      stored(true) * held,
      held === 1 ? 'r·(in + out) a module · bytes' : `${held} adapters of r·(in + out) a module · bytes`,
      'hu-2021-lora',
    ),
    fixedLine(
      'adapters/modules',
      beside ? whole : 0,
      'copies of modules that train beside the adapters',
      'peft',
    ),
  ]
}

/**
 * Masters and optimizer states.
 *
 * @source rajbhandari-2019-zero
 */
function stateLines(parts: readonly TrainedPart[], plan: Plan): readonly Line[] {
  const { optimizer } = plan
  const masters = sumOver(parts, masterBytes)
  const states = sumOver(parts, (part) => rankStatesBytes(part, plan))
  const source = optimizer.sources[0] ?? 'pytorch'
  return [
    fixedLine(
      'weights/masters',
      masters,
      'fp32 masters of trained parameters / shards',
      'rajbhandari-2019-zero',
    ),
    fixedLine('optimizer/states', states, `states of ${optimizer.name} / shards`, source),
  ]
}
