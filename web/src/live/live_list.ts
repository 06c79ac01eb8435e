// A list of objects that REST begins and the stream goes on with. What the stream said while REST was asked is newer
// than REST's answer, so it wins; a gap asks REST again.
export interface Identified {
  id: string;
}

export class LiveList<Item extends Identified> {
  private items = new Map<string, Item>();
  private arrived: Map<string, Item | null> | null = null;
  private readonly changed: (items: Item[]) => void;

  constructor(changed: (items: Item[]) => void) {
    this.changed = changed;
  }

  // While `fetch` runs, what arrives is kept aside as well.
  async load(fetch: () => Promise<Item[]>): Promise<void> {
    const arrived = new Map<string, Item | null>();
    this.arrived = arrived;
    try {
      const fetched = await fetch();
      if (this.arrived !== arrived) return;
      this.items = new Map(fetched.map((item) => [item.id, item]));
      for (const [id, item] of arrived) this.put(id, item);
      this.tell();
    } finally {
      if (this.arrived === arrived) this.arrived = null;
    }
  }

  upsert(item: Item): void {
    this.arrived?.set(item.id, item);
    this.put(item.id, item);
    this.tell();
  }

  delete(id: string): void {
    this.arrived?.set(id, null);
    this.put(id, null);
    this.tell();
  }

  private put(id: string, item: Item | null): void {
    if (item) this.items.set(id, item);
    else this.items.delete(id);
  }

  private tell(): void {
    this.changed([...this.items.values()]);
  }
}
