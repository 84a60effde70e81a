interface Node<V> {
  readonly values: Map<string, V>
  readonly children: WeakMap<object, Node<V>>
}

const emptyNode = <V>(): Node<V> => ({ values: new Map(), children: new WeakMap() })

/**
 * Results of a pure function, worked out once for each combination of objects and a text that names the rest of its input. They are
 * forgotten with the objects: a million plans share one architecture, the next request has its own.
 */
export class Memo<V> {
  readonly #root = emptyNode<V>()

  get(objects: readonly [object, ...object[]], key: string, work: () => V): V {
    let node = this.#root
    for (const object of objects) {
      const child = node.children.get(object) ?? emptyNode<V>()
      node.children.set(object, child)
      node = child
    }
    const known = node.values.get(key)
    if (known !== undefined) return known
    const made = work()
    node.values.set(key, made)
    return made
  }
}
