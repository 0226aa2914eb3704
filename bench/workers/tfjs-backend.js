// Starts the wasm backend of TensorFlow.js in a worker: SIMD, one thread, as on any page without cross-origin isolation.
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** @returns {Promise<string>} the version */
export async function startBackend() {
  tf.enableProdMode();
  setWasmPaths("/");
  await tf.setBackend("wasm");
  await tf.ready();
  if (tf.getBackend() !== "wasm" || !(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("no wasm backend with SIMD");
  return tf.version.tfjs;
}
