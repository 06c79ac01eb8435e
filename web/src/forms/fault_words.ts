import { useTexts } from "@/texts/texts";
import type { ParameterFault } from "./parameter_check";
import { formTexts } from "./texts";

export function faultWords(fault: ParameterFault): string {
  const t = useTexts(formTexts);
  switch (fault.kind) {
    case "missing":
      return t("missing");
    case "range":
      return t(fault.side, { found: fault.found, allowed: fault.allowed });
    case "choice":
      return t("choice", { found: fault.found, allowed: fault.allowed.join(", ") });
    case "length":
      return t("length", { found: fault.found, allowed: fault.allowed });
    default:
      return t(fault.kind, { found: fault.found });
  }
}
