import type { Plan } from '../domain/plan.ts'

/** FNV-1a, 32 bit: short, stable and pure; an id, not a secret. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Six hexadecimal digits over every knob of a plan: the same pinned plan has the same id everywhere. */
function planHash(plan: Plan): string {
  const { architecture, method, stack, optimizer, hardware, ...knobs } = plan
  const { gpu, offer, reclaims, siblings, ...place } = hardware
  const pinned = {
    ...knobs,
    ...place,
    method: method.id,
    stack: stack.id,
    optimizer: optimizer.id,
    gpu: gpu.id,
  }
  const model = {
    type: architecture.modelType,
    hidden: architecture.hiddenSize,
    layers: architecture.layerCount,
  }
  const text = JSON.stringify({ ...pinned, model, usdPerGpuHour: offer?.usdPerGpuHour ?? null })
  return fnv1a(text).toString(16).padStart(8, '0').slice(0, 6)
}

/** Where a plan runs and who is paid: `own`, a provider, or a provider with its commitment when that is not on-demand. */
export function paymentName({ hardware }: Plan): string {
  if (hardware.owned) return 'own'
  const provider = hardware.provider ?? 'unpriced'
  return hardware.commitment === null || hardware.commitment === 'on-demand'
    ? provider
    : `${provider}-${hardware.commitment}`
}

/** As in `qlora-r16@trl/1xh100-sxm/lambda#3f9c1a`. */
export function planId(plan: Plan): string {
  const rank = plan.lora === null ? '' : `-r${plan.lora.rank}`
  const { gpu, gpuCount } = plan.hardware
  return `${plan.method.id}${rank}@${plan.stack.id}/${gpuCount}x${gpu.id}/${paymentName(plan)}#${planHash(plan)}`
}
