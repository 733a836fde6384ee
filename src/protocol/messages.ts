/** One tool call as a model wrote it. `arguments` is the parsed JSON object. */
export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** A turn of the conversation that a prompt format renders. A `tool` turn carries a tool's result. */
export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
}

/** What a model is told about a tool. `parameters` is a JSON Schema of type object. */
export interface ToolSchema {
  name: string;
  description: string;
  parameters: JsonSchema;
}

/** The subset of JSON Schema that tools use; rendered compactly into prompts. */
export interface JsonSchema {
  type?: "object" | "string" | "number" | "integer" | "boolean" | "array" | "null";
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  enum?: (string | number)[];
  items?: JsonSchema;
  additionalProperties?: boolean;
}
