// One submission of what is meant, however often it is asked for.
import { ref, shallowRef } from "vue";
import { useRouter } from "vue-router";
import { asProblem, type Problem } from "@/api/problem";
import { submission } from "@/api/submission";
import { notify } from "@/shell/notices";
import { useTexts } from "@/texts/texts";
import { submissionOf } from "./draft";
import { isSweep } from "./sweep";
import { wizardTexts } from "./texts";
import { forgetDraft, type DraftState } from "./use_draft";

export function useSubmit(state: DraftState) {
  const router = useRouter();
  const t = useTexts(wizardTexts);
  const sending = ref(false);
  const problem = shallowRef<Problem | null>(null);

  async function submit(): Promise<void> {
    if (sending.value) return;
    sending.value = true;
    problem.value = null;
    const draft = state.draft.value;
    try {
      if (isSweep(draft.sweeps)) {
        const made = await submission.sweep(submissionOf(draft), draft.key);
        notify({ text: t("submittedMany", { n: made.tasks.length }) });
        forgetDraft();
        await router.push({ path: `/tasks/${made.tasks[0]}/monitor` });
      } else {
        const made = await submission.task(submissionOf(draft), draft.key);
        notify({ text: t("submitted"), detail: made.name });
        forgetDraft();
        await router.push(`/tasks/${made.id}/monitor`);
      }
    } catch (error) {
      problem.value = asProblem(error);
      state.serve(problem.value.faults);
    } finally {
      sending.value = false;
    }
  }
  return { sending, problem, submit };
}
