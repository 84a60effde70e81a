export { type PlacedTime, placeTime } from './placed.ts'
export { type PreparedTime, prepareTime } from './prepare.ts'
export { timeEstimate } from './time-estimate.ts'
