export type TargetCoverage = 'all' | 'attention-only'

const attentionNames =
  /^(attention|.*(q_proj|k_proj|v_proj|o_proj|out_proj|qkv|query|key|value|c_attn|attn|Wqkv|q_a_proj|q_b_proj|kv_a_proj|kv_b_proj).*)$/

/** Whether adapters sit on attention alone; by the names of the modules or the closed words of the spec. */
export const targetCoverage = (targets: readonly string[]): TargetCoverage =>
  targets.length > 0 && targets.every((target) => attentionNames.test(target) && !/mlp|experts/.test(target))
    ? 'attention-only'
    : 'all'
