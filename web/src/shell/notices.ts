import { shallowRef, type ShallowRef } from "vue";

export interface Notice {
  id: number;
  text: string;
  detail?: string;
  failed: boolean;
  action?: { label: string; act: () => void };
}

const MOST = 3;
const SHOWN_FOR = 5000;

export const notices: ShallowRef<Notice[]> = shallowRef([]);
let counted = 0;

// Errors stay until they are dismissed.
export function notify(notice: Omit<Notice, "id" | "failed"> & { failed?: boolean }): void {
  counted += 1;
  const shown = { failed: false, ...notice, id: counted };
  notices.value = [...notices.value, shown].slice(-MOST);
  if (!shown.failed) setTimeout(() => dismiss(shown.id), SHOWN_FOR);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
