/** Lines for the server's `.env`, by the kind of server that runs the model. The names are those of `.env.example`. */

export const PRESETS = ['ollama', 'lmstudio', 'vllm', 'openai'] as const;
export type Preset = (typeof PRESETS)[number];

interface Lines {
  url: string;
  key?: string;
  model: string;
}

const GIVEN: Record<Preset, Lines> = {
  ollama: { url: 'http://localhost:11434/v1', model: 'llama3.2' },
  lmstudio: { url: 'http://localhost:1234/v1', model: 'qwen2.5-7b-instruct' },
  vllm: { url: 'http://localhost:8001/v1', model: 'Qwen/Qwen2.5-7B-Instruct' },
  openai: { url: 'https://api.openai.com/v1', key: 'sk-…', model: 'gpt-5-mini' },
};

export function environmentOf(preset: Preset): string {
  const { url, key, model } = GIVEN[preset];
  return [
    `BIBLIOS_LLM_BASE_URL=${url}`,
    ...(key ? [`BIBLIOS_LLM_API_KEY=${key}`] : []),
    `BIBLIOS_LLM_MODEL=${model}`,
  ].join('\n');
}
