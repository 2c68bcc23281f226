import type {
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  INodeProperties,
} from 'n8n-workflow';

/** Where the gateway is, and who calls. */
export class LeadGenApi implements ICredentialType {
  name = 'leadGenApi';

  displayName = 'LeadGen API';

  icon: Icon = { light: 'file:../icons/leadgen.svg', dark: 'file:../icons/leadgen.dark.svg' };

  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-leadgen#credentials';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://127.0.0.1:4000',
      required: true,
      description: 'Address of your LeadGen gateway, without a path',
      hint: 'n8n in a container reaches a gateway on the same machine as http://host.docker.internal:4000',
    },
    {
      displayName: 'User ID',
      name: 'userId',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. 123',
      description: 'Number of your account',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: {
        Authorization: '=Bearer {{$credentials.apiKey}}',
        'X-User-Id': '={{$credentials.userId}}',
      },
    },
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
      url: '/graphql',
      method: 'POST',
      body: { query: '{ account { userId } }' },
      json: true,
      // The reason stands in the body of the refusal.
      ignoreHttpStatusErrors: true,
    },
    rules: [
      wrong('errors[0].extensions.wrong', 'user_id', 'The User ID is wrong: this API key belongs to another account.'),
      wrong('errors[0].extensions.code', 'invalid_user_id', 'The User ID is wrong: it has to be a positive integer.'),
      wrong('errors[0].extensions.code', 'missing_user_id', 'The User ID is missing.'),
      wrong('errors[0].extensions.code', 'missing_api_key', 'The API Key is missing.'),
      wrong('errors[0].extensions.code', 'invalid_api_key', 'The API Key is wrong: it is unknown, revoked or expired.'),
      wrong('errors[0].extensions.code', 'auth_error', 'The gateway cannot check keys at the moment. Try again later.'),
      wrong('data.account.userId', undefined, 'The Base URL is wrong: it does not answer like a LeadGen gateway.'),
    ],
  };
}

function wrong(key: string, value: unknown, message: string) {
  return { type: 'responseSuccessBody' as const, properties: { key, value, message } };
}
