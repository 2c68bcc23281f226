/**
 * Server scenarios of `@modelcontextprotocol/conformance` that do not fit this server, each with its reason. A name that the tool no
 * longer lists fails the test, and so does one that passes after all.
 */
const hasNoTestTool = (name: string) => `calls the tool ${name}, which only its own example server has`;
const noPrompts = 'there are no prompts: the server has tools alone';
const noResources = 'there are no resources: the server has tools alone';

export const leftOut: Record<string, string> = {
  'logging-set-level': 'there is no logging: progress and results say what a client needs',
  'completion-complete': 'there is no completion: the server has tools alone',
  'tools-call-image': hasNoTestTool('test_image_content'),
  'tools-call-audio': hasNoTestTool('test_audio_content'),
  'tools-call-embedded-resource': hasNoTestTool('test_embedded_resource'),
  'tools-call-mixed-content': hasNoTestTool('test_multiple_content_types'),
  'tools-call-with-logging': hasNoTestTool('test_tool_with_logging'),
  'tools-call-with-progress': hasNoTestTool('test_tool_with_progress'),
  'tools-call-sampling': hasNoTestTool('test_sampling'),
  'tools-call-elicitation': hasNoTestTool('test_elicitation'),
  'json-schema-2020-12': hasNoTestTool('json_schema_2020_12_tool'),
  'elicitation-sep1034-defaults': hasNoTestTool('test_elicitation_sep1034_defaults'),
  'elicitation-sep1330-enums': hasNoTestTool('test_elicitation_sep1330_enums'),
  'resources-list': noResources,
  'resources-read-text': noResources,
  'resources-read-binary': noResources,
  'resources-templates-read': noResources,
  'resources-subscribe': noResources,
  'resources-unsubscribe': noResources,
  'prompts-list': noPrompts,
  'prompts-get-simple': noPrompts,
  'prompts-get-with-args': noPrompts,
  'prompts-get-embedded-resource': noPrompts,
  'prompts-get-with-image': noPrompts,
};
