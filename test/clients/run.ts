// Each generated client books an event with metadata.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import * as heyApi from './hey_api';
import * as openapiTypescript from './openapi_typescript';
import * as orval from './orval';
import * as swaggerTypescriptApi from './swagger_typescript_api';
import { wish, type Told } from './told';

const quicktype = {
  book: async (): Promise<Told> => JSON.parse(execFileSync('/usr/bin/python3', ['-B', 'test/clients/quicktype.py'], { input: JSON.stringify(wish), encoding: 'utf8' })),
};

for (const [name, client] of Object.entries({ 'openapi-typescript': openapiTypescript, 'hey-api': heyApi, orval, 'swagger-typescript-api': swaggerTypescriptApi, quicktype }))
  test(`a client that ${name} made books an event with metadata`, async () => {
    const { booked, ...told } = await client.book();
    assert.ok(booked > 0);
    assert.deepEqual(told, { tried: 'placed', metadata: wish.metadata, cancelled: 'cancelled' });
  });
