/**
 * Does `work` on each item, at most `width` at a time, begun in their order. Begins no more once `work` resolved with
 * false; resolves when none is under way. `work` never rejects.
 */
export async function pool<T>(items: readonly T[], width: number, work: (item: T) => Promise<boolean>): Promise<void> {
  const waiting = [...items];
  const serve = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (!(await work(item))) waiting.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, serve));
}

/** `count` of the items, spread evenly over their order, and the others. */
export function spread<T>(items: readonly T[], count: number): [chosen: T[], others: T[]] {
  const step = items.length / Math.min(count, items.length);
  const places = new Set(Array.from({ length: Math.min(count, items.length) }, (_, i) => Math.floor(i * step)));
  return [items.filter((_, place) => places.has(place)), items.filter((_, place) => !places.has(place))];
}
