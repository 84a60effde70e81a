import { baichuan } from './baichuan.ts'
import { bloom } from './bloom.ts'
import { cohere, cohere2 } from './cohere.ts'
import { dbrx } from './dbrx.ts'
import { deepseekV2, deepseekV3 } from './deepseek.ts'
import { ernie45 } from './ernie.ts'
import { exaone4 } from './exaone4.ts'
import { falcon } from './falcon.ts'
import type { Family } from './family.ts'
import { gemma, gemma2, gemma3Text } from './gemma.ts'
import { glm, glm4 } from './glm.ts'
import { gptNeo } from './gpt-neo.ts'
import { gptNeox } from './gpt-neox.ts'
import { gptOss } from './gpt-oss.ts'
import { gpt2, gptBigcode } from './gpt2.ts'
import { codegen, gptj } from './gptj.ts'
import { granitemoe } from './granitemoe.ts'
import { llama } from './llama.ts'
import { llama4Text } from './llama4.ts'
import { mistral } from './mistral.ts'
import { mixtral, phimoe } from './mixtral.ts'
import { mllamaText } from './mllama-text.ts'
import { mpt } from './mpt.ts'
import { nemotron } from './nemotron.ts'
import { olmo, olmo2, olmoe } from './olmo.ts'
import { opt } from './opt.ts'
import { phi, phi3 } from './phi.ts'
import { qwen } from './qwen.ts'
import { qwen2Moe, qwen3Moe } from './qwen-moe.ts'
import { qwen2 } from './qwen2.ts'
import { qwen3 } from './qwen3.ts'
import { qwen3VlMoeText } from './qwen3-vl-moe-text.ts'
import { seedOss } from './seed-oss.ts'
import { smollm3 } from './smollm3.ts'
import { stablelm } from './stablelm.ts'
import { starcoder2 } from './starcoder2.ts'

/** Every language model's `model_type` that is known; one line adds a family. */
export const families: Readonly<Record<string, Family>> = {
  baichuan,
  bloom,
  codegen,
  cohere,
  cohere2,
  dbrx,
  deepseek_v2: deepseekV2,
  deepseek_v3: deepseekV3,
  ernie4_5: ernie45,
  exaone4,
  falcon,
  gemma,
  gemma2,
  gemma3_text: gemma3Text,
  glm,
  glm4,
  gpt2,
  gpt_bigcode: gptBigcode,
  gpt_neo: gptNeo,
  gpt_neox: gptNeox,
  gpt_oss: gptOss,
  gptj,
  // scales embeddings, residuals and logits by constants: the same tensors as Llama
  granite: llama,
  granitemoe,
  kimi_k2: deepseekV3,
  llama,
  llama4_text: llama4Text,
  mistral,
  mixtral,
  mllama_text_model: mllamaText,
  mpt,
  nemotron,
  olmo,
  olmo2,
  olmoe,
  opt,
  phi,
  phi3,
  phimoe,
  qwen,
  qwen2,
  qwen2_5_vl_text: qwen2,
  qwen2_vl_text: qwen2,
  qwen2_moe: qwen2Moe,
  qwen3,
  qwen3_vl_moe_text: qwen3VlMoeText,
  qwen3_vl_text: qwen3,
  qwen3_moe: qwen3Moe,
  seed_oss: seedOss,
  smollm3,
  stablelm,
  starcoder2,
}
