// Renders a Rust client from one program's IDL.
//
// Usage: node rust.mjs IDL.json OUT_DIR MODULE
//   MODULE is the module's name under `crate::generated`, for example `registry`.
//
// scripts/generate calls it. What Codama leaves out or places elsewhere is settled here:
// - events become types, and `events.rs` decodes them, because its Rust renderer skips events;
// - paths point into `crate::generated::MODULE`, because three clients share one crate.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFromRoot } from 'codama';
import { rootNodeFromAnchor } from '@codama/nodes-from-anchor';
import { writeRenderMap } from '@codama/renderers-core';
import { getRenderMapVisitor } from '@codama/renderers-rust';
import { discriminatorOf, readIdl } from './idl.mjs';

const [idlPath, out, module] = process.argv.slice(2);
if (!module) {
  console.error('usage: node rust.mjs IDL.json OUT_DIR MODULE');
  process.exit(2);
}
const { idl, events } = readIdl(idlPath);
const here = `crate::generated::${module}`;

const root = rootNodeFromAnchor(idl);
// Not `renderVisitor`: it compares imports with a Cargo.toml, and takes paths in comments for imports.
const files = createFromRoot(root).accept(
  getRenderMapVisitor({
    anchorTraits: false,
    dependencyMap: Object.fromEntries(
      ['', 'Accounts', 'Errors', 'Instructions', 'Types'].map((part) => [
        `generated${part}`,
        part ? `${here}::${part.toLowerCase()}` : here,
      ]),
    ),
  }),
);
writeRenderMap(files, out);
if (events.length > 0) {
  writeFileSync(join(out, 'events.rs'), renderEvents());
  const mod = join(out, 'mod.rs');
  writeFileSync(mod, readFileSync(mod, 'utf8').replace('pub mod programs;', 'pub mod events;\n$&'));
}
rewrite(out, (text) =>
  text
    .replaceAll('crate::shared::', `${here}::shared::`)
    .replace(/crate::([A-Z_]+_ID)\b/g, `${here}::$1`)
    .replace('pub(crate) use programs::*', 'pub use programs::*'),
);

/** One enum over all events, told apart by the discriminator that starts their data. */
function renderEvents() {
  const lines = (f) => events.map(f).join('\n');
  return `//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use borsh::BorshDeserialize;
use ${here}::types::*;

${lines((e) => `pub const ${discriminatorOf(e.name)}: [u8; ${e.discriminator.length}] = [${e.discriminator.join(', ')}];`)}

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
${lines((e) => `${e.name}(${e.name}),`)}
}

impl Event {
    /// Decodes logged data. \`None\` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
${lines(
  (e) => `        if let Some(body) = data.strip_prefix(&${discriminatorOf(e.name)}) {
            return Some(${e.name}::try_from_slice(body).map(Self::${e.name}));
        }`,
)}
        None
    }
}
`;
}

/** Applies \`change\` to every file in a folder and below. */
function rewrite(folder, change) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const text = readFileSync(path, 'utf8');
    const changed = change(text);
    if (changed !== text) writeFileSync(path, changed);
  }
}
