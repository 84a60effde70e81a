export { memoryEstimate, requiredBytes } from './memory-estimate.ts'
export { type PreparedMemory, prepareMemory } from './prepare.ts'
