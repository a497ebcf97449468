//! The passes of sealing and unsealing, over anything that reads, writes and seeks.

use super::leaves::Leaves;
use cairn_protocol::sealing::{Leaf, Pass, Seal};
use std::io::{self, Read, Seek, Write};

/// The leaves, after a pass, that the key of a leaf is made of.
pub(super) fn parents<S: Read + Seek>(
    seal: &Seal,
    pass: Pass,
    index: u64,
    after: &mut Leaves<S>,
) -> io::Result<Vec<Leaf>> {
    let indexes = seal.parents(pass, index);
    indexes.iter().flatten().map(|parent| after.read(*parent)).collect()
}

/// Encodes one leaf in a pass and writes it over what `leaves` has there; what the pass encodes
/// before must be in place.
pub(super) fn encode<S: Read + Write + Seek>(
    seal: &Seal,
    pass: Pass,
    index: u64,
    before: &Leaf,
    leaves: &mut Leaves<S>,
) -> io::Result<Leaf> {
    let parents = parents(seal, pass, index, leaves)?;
    let after = seal.apply(pass, index, &parents, before);
    leaves.write(index, &after)?;
    Ok(after)
}

/// Takes the backward pass off one leaf.
pub(super) fn middle<S: Read + Seek>(
    seal: &Seal,
    index: u64,
    sealed: &mut Leaves<S>,
) -> io::Result<Leaf> {
    let leaf = sealed.read(index)?;
    let parents = parents(seal, Pass::Backward, index, sealed)?;
    Ok(seal.apply(Pass::Backward, index, &parents, &leaf))
}
