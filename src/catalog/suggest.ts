/** Longer words are no typos of anything: only their beginning is compared. */
const MOST_LETTERS = 100

/** Edits between two words: letters changed, missing, added, or two neighbours swapped (Damerau-Levenshtein, restricted). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const replaced = (last[j - 1] ?? 0) + (same ? 0 : 1)
      const swapped =
        left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    beforeLast = last
    last = row
  }
  return last[right.length] ?? 0
}

const plain = (word: string): string =>
  word
    .slice(0, MOST_LETTERS)
    .toLowerCase()
    .replaceAll(/[\s_.-]+/g, '')

/** How far a known word is from the given one; null when nobody could have meant it. */
function distanceTo(given: string, word: string): number | null {
  if (given === '' || word === '') return null
  const edits = editDistance(given, word)
  const begun = given.length >= 2 && word.includes(given)
  const contained = begun || (given.includes(word) && word.length * 2 >= given.length)
  if (contained) return Math.min(edits, 1) + Math.abs(word.length - given.length) / MOST_LETTERS
  const tolerance = Math.max(1, Math.floor(Math.min(given.length, word.length) / 3))
  return edits <= tolerance ? edits : null
}

/** The known words that were probably meant, nearest first; none when nothing is near. */
export function suggest(given: string, known: readonly string[], count = 3): string[] {
  const wanted = plain(given)
  return known
    .flatMap((word, order) => {
      const distance = distanceTo(wanted, plain(word))
      return distance === null ? [] : [{ word, distance, order }]
    })
    .sort((a, b) => a.distance - b.distance || a.order - b.order)
    .slice(0, count)
    .map(({ word }) => word)
}
