/**
 * Who is still writing. A lease is held by the page that took it and ends with that page, so what lies in the database
 * under a lease that nobody holds was left behind. Web Locks do this across tabs; where there are none (Node), only this
 * page's own leases are known.
 */
export interface Lease {
  id: string;
  release(): void;
}

const PREFIX = "agentcoder-writer:";
const own = new Set<string>();

/** Takes a new lease. */
export async function takeLease(): Promise<Lease> {
  const id = crypto.randomUUID();
  const locks = globalThis.navigator?.locks;
  if (!locks) {
    own.add(id);
    return { id, release: () => void own.delete(id) };
  }
  return new Promise((granted, refused) => {
    locks
      .request(PREFIX + id, () => new Promise<void>((release) => granted({ id, release: () => release() })))
      .catch(refused);
  });
}

/** The ids of the leases that some page holds at this moment. */
export async function heldLeases(): Promise<Set<string>> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return new Set(own);
  const { held = [] } = await locks.query();
  return new Set(held.map(({ name = "" }) => name.slice(PREFIX.length)));
}

/** Owner number `count` of the pieces that a lease writes; `leaseOf` finds the lease again. */
export function ownerOf(lease: Lease, count: number): string {
  return `${lease.id}/${count}`;
}

export function leaseOf(owner: string): string {
  return owner.split("/", 1)[0] ?? "";
}
