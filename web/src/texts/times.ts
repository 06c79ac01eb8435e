import { defineTexts, useTexts } from "./texts";
import { MISSING } from "./numbers";

const t = useTexts(
  defineTexts({
    secondsAgo: ["{n} s 前", "{n} s ago"],
    minutesAgo: ["{n} 分钟前", "{n} min ago"],
    weekdays: ["周日 周一 周二 周三 周四 周五 周六", "Sunday Monday Tuesday Wednesday Thursday Friday Saturday"],
    day: ["{month} 月 {day} 日 {weekday}", "{weekday}, {day}/{month}"],
    tomorrow: ["明日 {time}", "tomorrow {time}"],
  }),
);

function two(value: number): string {
  return String(value).padStart(2, "0");
}

// A time of the API, in seconds since 1970.
export function dateOf(time: number): Date {
  return new Date(time * 1000);
}

// For <time datetime>.
export function isoTime(time: number | null | undefined): string | undefined {
  return time ? dateOf(time).toISOString() : undefined;
}

// 41 s; 4min 06s; 34min; 2h 45min; 3d 4h
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return MISSING;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return minutes < 10 && whole % 60 > 0 ? `${minutes}min ${two(whole % 60)}s` : `${minutes}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${two(minutes % 60)}min`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

// 0.3 s, 8.2 s; from ten seconds on as any duration.
export function formatSeconds(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(0, seconds).toFixed(1)} s` : formatDuration(seconds);
}

export function formatClock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function formatDay(at: Date): string {
  const weekday = t("weekdays").split(" ")[at.getDay()] ?? "";
  return t("day", { month: at.getMonth() + 1, day: at.getDate(), weekday });
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

// 3 s ago; 4 minutes ago; 15:52 today; 11-26 17:20 this year; 2025-11-26
export function formatWhen(time: number | null | undefined, now: Date = new Date()): string {
  if (!time) return MISSING;
  const at = dateOf(time);
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  if (seconds >= 0 && seconds < 60) return t("secondsAgo", { n: seconds });
  if (seconds >= 0 && seconds < 3600) return t("minutesAgo", { n: Math.floor(seconds / 60) });
  if (sameDay(at, now)) return formatClock(at);
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  if (at.getFullYear() === now.getFullYear()) return `${day} ${formatClock(at)}`;
  return `${at.getFullYear()}-${day}`;
}

// A moment to come: 17:19, tomorrow 01:36, 12-03 09:00
export function formatMoment(at: Date, now: Date = new Date()): string {
  if (sameDay(at, now)) return formatClock(at);
  const tomorrow = new Date(now);
  tomorrow.setDate(now.getDate() + 1);
  if (sameDay(at, tomorrow)) return t("tomorrow", { time: formatClock(at) });
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatClock(at)}`;
}

// Made once: a list says the full time of every row that scrolls in.
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

export function formatFull(time: number | null | undefined): string {
  return time ? fullTime.format(dateOf(time)) : "";
}

// The day alone: 2027-02-28.
export function formatDate(time: number): string {
  const at = dateOf(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
