// What a link says of a run: the settings that it began with, what was changed on the way, how far it is and what its weights are. It runs in the
// worker beside the model, so that all of it is of the same training step. It knows no text and writes no link.

const SETTING_OF = /** @type {Record<string, string>} */ ({ lr: "learningRate", clip: "clip" });

/** Methods that replace weights: what was measured before them is out of date. */
export const REPLACES_WEIGHTS = ["importSafetensors", "importLinkWeights"];

/**
 * @param {{trainer: any, initial: Record<string, any>, digest: string, digestSteps: number}} run initial: the settings that the model was built from;
 *   digest: of the weights at training step digestSteps, if that is where the run stands
 * @returns {{settings: Record<string, any>, present: Record<string, any>, changes: {step: number, key: string, value: number}[], steps: number,
 *   digest: string, replayable: boolean}} present: the settings as they are now
 */
export function recipeOfRun(run) {
  const { trainer, initial } = run, settings = { ...initial }, changes = [], steps = trainer.stepsDone();
  if (run.digestSteps !== steps) [run.digest, run.digestSteps] = [trainer.digest(), steps];
  for (const change of trainer.changes()) {
    if (change.step === 0) settings[SETTING_OF[change.key]] = change.value; // before the first training step it is no change on the way
    else changes.push(change);
  }
  return { settings, present: trainer.info().settings, changes, steps, digest: run.digest, replayable: trainer.isReplayable() };
}

/** From here on the run is its reader's: nothing of the link lies ahead. */
export function leaveReplay(/** @type {{trainer: any, replaying: boolean}} */ run) {
  if (!run.replaying) return;
  run.replaying = false;
  run.trainer.endReplay();
}
