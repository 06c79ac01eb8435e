// What a draft begins with: the template of its task, a task that is cloned, an experiment that is tuned further.
import { shallowRef } from "vue";
import { components, type Template } from "@/api/components";
import { asProblem, Problem } from "@/api/problem";
import { submission, type Submission } from "@/api/submission";
import { experiments } from "@/api/experiments";
import { taskName, tasks } from "@/api/tasks";
import { datasets } from "@/api/datasets";
import { sectionAt, withValueAt } from "./document";
import { emptyDraft, withDocument, withTemplate, type Origin } from "./draft";
import { firstTemplate, isTask, type TaskType } from "./tasks_known";
import type { DraftState } from "./use_draft";

export function useBeginning(state: DraftState) {
  const templates = shallowRef<Template[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const loading = shallowRef(false);

  async function guarded(what: () => Promise<void>): Promise<void> {
    loading.value = true;
    problem.value = null;
    try {
      await what();
    } catch (error) {
      problem.value = asProblem(error);
    } finally {
      loading.value = false;
    }
  }

  const useTemplate = (name: string): Promise<void> =>
    guarded(async () => {
      const found = await components.template(name);
      state.change(withTemplate(state.draft.value, found.name, found.config));
    });

  const useTask = (task: TaskType): Promise<void> =>
    guarded(async () => {
      if (task === state.draft.value.task && state.draft.value.template !== "") return;
      const name = firstTemplate(task, templates.value.map((one) => one.name));
      if (!name) throw new Problem(0, { detail: task });
      const found = await components.template(name);
      state.change(withTemplate({ ...state.draft.value, task }, found.name, found.config));
    });

  // From the configuration of what is there already, as it was resolved.
  async function useOrigin(origin: Origin): Promise<void> {
    const tried = await submission.dryRun({ [`from_${origin.kind}`]: origin.id } as Submission);
    if (!tried.config) throw new Problem(422, { title: tried.message, faults: tried.faults });
    // The weights come by the origin: the file that a run finds them in is not the user's to name.
    const document = origin.kind === "task" ? tried.config : withValueAt(tried.config, "model.pretrained", undefined);
    state.change({ ...withDocument(emptyDraft(), withValueAt(document, "experiment.name", origin.name)), origin, reached: 4 });
  }

  // A registered data set, with the template of the task that it is for.
  async function useDataSet(name: string): Promise<void> {
    const set = await datasets.get(name);
    const task = isTask(set.facts?.task) ? set.facts.task : state.draft.value.task;
    const template = firstTemplate(task, templates.value.map((one) => one.name));
    if (!template) throw new Problem(0, { detail: task });
    const found = await components.template(template);
    const begun = withTemplate(emptyDraft(task), found.name, found.config);
    const before = sectionAt(begun.document, "dataset");
    const classes = set.facts?.classes.length ?? 0;
    const section = { ...before, type: set.format || before.type, data_root: set.path, ...(classes > 0 ? { num_classes: classes } : {}) };
    state.change({ ...withDocument(begun, withValueAt(begun.document, "dataset", section)), dataset: set.name });
  }

  const begin = (query: { from?: unknown; finetune?: unknown; dataset?: unknown }): Promise<void> =>
    guarded(async () => {
      templates.value = await components.templates();
      const { origin } = state.draft.value;
      if (typeof query.from === "string" && !(origin?.kind === "task" && origin.id === query.from)) {
        await useOrigin({ kind: "task", id: query.from, name: taskName(await tasks.get(query.from)) });
      } else if (typeof query.finetune === "string" && !(origin?.kind === "experiment" && origin.id === query.finetune)) {
        await useOrigin({ kind: "experiment", id: query.finetune, name: (await experiments.get(query.finetune)).name });
      } else if (typeof query.dataset === "string" && state.draft.value.dataset !== query.dataset) {
        await useDataSet(query.dataset);
      } else if (Object.keys(state.draft.value.document).length === 0) {
        await useTask(state.draft.value.task);
      }
    });

  return { templates, problem, loading, useTemplate, useTask, begin };
}
