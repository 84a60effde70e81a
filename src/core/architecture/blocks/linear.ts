import type { Linear, LinearRole, ModuleGroup, Norm } from '../../domain/architecture.ts'

const groupOfRole = (role: LinearRole): ModuleGroup => {
  switch (role) {
    case 'gate':
    case 'up':
    case 'gate-up':
    case 'down':
      return 'mlp'
    case 'router':
    case 'shared-gate':
      return 'router'
    case 'head':
      return 'head'
    case 'other':
      return 'other'
    default:
      return 'attention'
  }
}

/** A linear module; its group follows from what it does. */
export const linear = (
  name: string,
  role: LinearRole,
  inFeatures: number,
  outFeatures: number,
  bias = false,
  count = 1,
): Linear => ({ name, role, group: groupOfRole(role), inFeatures, outFeatures, bias, count })

export const norm = (kind: Norm['kind'], name: string, width: number, bias = false, count = 1): Norm => ({
  name,
  kind,
  width,
  bias,
  count,
})
