interface Toast {
  id: number;
  text: string;
  tone: "plain" | "bad";
  action?: { label: string; run: () => void };
}

/** Short messages at the edge of the page; each leaves by itself. */
class Toasts {
  list = $state.raw<Toast[]>([]);
  private nextId = 1;

  /** Shows a message for `seconds`; returns a function that takes it away. */
  show(text: string, options: Partial<Pick<Toast, "tone" | "action">> & { seconds?: number } = {}): () => void {
    const { tone = "plain", action, seconds = 5 } = options;
    const id = this.nextId++;
    this.list = [...this.list, { id, text, tone, ...(action && { action }) }];
    const remove = () => this.remove(id);
    setTimeout(remove, seconds * 1000);
    return remove;
  }

  remove(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
