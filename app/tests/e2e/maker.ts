// A maker's bench and a device, as their people use them: the `cairn` command with key files.
import { getBase58Encoder } from '@solana/kit';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { stack } from './stack';

/** A new device, with a certificate of the network's maker. */
export type NewDevice = {
  serial: string;
  /** Answers a request as `cairn device accept` does. */
  answer: (request: string) => string;
};

/** Makes a device of a class. */
export function makeDevice(serial: string, deviceClass: number): NewDevice {
  const folder = mkdtempSync(path.join(tmpdir(), 'cairn-device-'));
  const file = (name: string) => path.join(folder, name);
  const write = (name: string, content: unknown) => writeFileSync(file(name), JSON.stringify(content));
  const cairn = (...args: string[]) =>
    execFileSync(inject('cairn'), ['--output', 'json', ...args], { env: { ...process.env, HOME: folder }, encoding: 'utf8' });

  write('maker.json', [...getBase58Encoder().encode(stack.maker.secret)]);
  write('device.json', keypair());
  const certificate = cairn('maker', 'vouch', '--network', stack.network.network, '--class', `${deviceClass}`, '--serial', serial,
    '--maker-keypair', file('maker.json'), '--device-keypair', file('device.json'));
  writeFileSync(file('certificate.json'), certificate);
  return {
    serial,
    answer: (request) => {
      writeFileSync(file('request.json'), request);
      return cairn('device', 'accept', '--request', file('request.json'), '--certificate', file('certificate.json'),
        '--device-keypair', file('device.json'));
    },
  };
}

/** A new keypair as key files have it: the secret's 32 bytes and the public key's. */
function keypair(): number[] {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d, x } = privateKey.export({ format: 'jwk' });
  return [...Buffer.from(d ?? '', 'base64url'), ...Buffer.from(x ?? '', 'base64url')];
}
