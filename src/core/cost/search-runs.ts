/** Each round of successive halving keeps a third: the factor of the paper's experiments. @source li-2018-hyperband */
const KEEP_ONE_OF = 3

/**
 * Complete runs that a search for hyper-parameters costs, the final one included.
 *
 *   full:               trials
 *   successive halving: Σ_rounds ⌊trials / 3^i⌋ · 3^(i − rounds), rounds = ⌊log₃ trials⌋
 *
 * Every round trains the survivors three times longer, from the start (a learning-rate schedule does not stretch).
 *
 * @source jamieson-2016-successive-halving
 */
export function searchRuns(trials: number, strategy: 'full' | 'successive-halving'): number {
  if (strategy === 'full' || trials < 2) return trials
  // The tolerance keeps log₃ 243 = 4.999... at 5.
  const rounds = Math.floor(Math.log(trials) / Math.log(KEEP_ONE_OF) + 1e-9)
  let runs = 0
  for (let round = 0; round <= rounds; round += 1) {
    runs += Math.floor(trials / KEEP_ONE_OF ** round) * KEEP_ONE_OF ** (round - rounds)
  }
  return runs
}
