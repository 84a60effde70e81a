export { type PlacedTime, placeTime } from './placed.ts'
export { prepareTime } from './prepare.ts'
export { timeEstimate } from './time-estimate.ts'
