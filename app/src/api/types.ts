// JSON of an oracle's HTTP API: client/sdk/src/api.rs and cairn-epoch's explanations, as they travel.
// Amounts are decimal strings in the mint's smallest unit, hashes lower-case hex, addresses base58,
// `_s` unix seconds, `_ms` unix milliseconds, `_ppm` millionths.

/** Body of every error answer. */
export type ErrorBody = { error: { code: string; message: string; hint: string } };

/** `GET /v1/config`: what a page needs to find its way. */
export type ConfigView = {
  version: string;
  network: string;
  pool: string;
  identity: string;
  rpc_url: string | null;
  ws_url: string | null;
  oracles: string[];
  genesis_at_s: number;
  epoch_seconds: number;
};

/** One step of a proof, from the leaf up. */
export type ProofStep = { hash: string; sum: string };

/** `GET /v1/operators/{wallet}/claim`: what it takes to claim. */
export type ClaimView = {
  pool: string;
  operator: string;
  epoch: number;
  lifetime_total: string;
  devices_root: string;
  leaf_index: number;
  proof: ProofStep[];
  root: string;
  root_sum: string;
};

export type EpochState = 'open' | 'closed' | 'proposed' | 'finalized' | 'skipped';

/** `GET /v1/epochs/{n}`. */
export type EpochView = {
  epoch: number;
  state: EpochState;
  starts_at_s: number;
  ends_at_s: number;
  /** Tokens of this epoch that are the operators'. */
  budget: string;
  proofs_accepted: number;
  /** Points of all devices; null while the epoch is open. */
  points: number | null;
  result: { root: string; root_sum: string; leaf_count: number; manifest_hash: string } | null;
  proposal: string | null;
  attested_by: string[];
};
export type EpochList = { epochs: EpochView[] };

/** `GET /v1/epochs/{n}/verdicts`. */
export type VerdictList = {
  epoch: number;
  kinds: { kind: string; accepted: number; refused: Record<string, number> }[];
};

/** `GET /v1/epochs/{n}/leaves`. */
export type LeavesDocument = {
  network: string;
  pool: string;
  epoch: number;
  root: string;
  root_sum: string;
  leaf_count: number;
  usage_root: string;
  usage_sum: string;
  /** An operator's total is its devices' and what it has beside them: the treasury's, what rounding left over. */
  operators: {
    operator: string;
    lifetime_total: string;
    devices_root: string;
    devices: { device: string; lifetime_total: string }[];
  }[];
  customers: { customer: string; lifetime_spent: string }[];
};

export type DisputeState = 'identical' | 'wrong' | 'undecided' | 'overruled';

/** `GET /v1/status`. */
export type StatusView = {
  version: string;
  identity: string;
  network: string | null;
  pool: string;
  in_oracle_set: boolean;
  devices: number;
  verdicts: Record<string, number>;
  log_records: number;
  log_bytes: number;
  current_epoch: number | null;
  closed_through: number | null;
  finalized_epoch: number | null;
  finalized_sum: string | null;
  behind_at_epoch: number | null;
  sent: Record<string, number>;
  disputes: {
    epoch: number;
    proposal: string;
    proposer: string;
    challenged: boolean;
    state: DisputeState;
    detail: string;
  }[];
};

/** `GET /readyz`. */
export type ReadyView = { ready: boolean; missing: string[]; devices: number; log_records: number };

/** One epoch of an operator. */
export type OperatorEpoch = {
  epoch: number;
  starts_at_s: number;
  ends_at_s: number;
  state: EpochState;
  share: string;
  /** Only categories with a share. */
  by_category: Record<string, string>;
  devices: number;
  accepted: number;
  refused: number;
};

/** `GET /v1/operators/{wallet}?epochs=N`. */
export type OperatorView = {
  operator: string;
  devices: number;
  lifetime_total: string;
  finalized_total: string;
  pending: string;
  newest_epoch: number | null;
  /** Newest first. */
  epochs: OperatorEpoch[];
};

export type AttentionCode =
  | 'offline'
  | 'refused'
  | 'under_bonded'
  | 'license_missing'
  | 'license_expired'
  | 'license_expiring'
  | 'suspended'
  | 'retiring'
  | 'location_missing';
export type Attention = { code: AttentionCode | (string & {}); message: string; hint: string };
export type DeviceStatus = 'active' | 'suspended' | 'retiring';

/** One device of an operator over a window of epochs. */
export type DeviceRow = {
  device: string;
  serial: string | null;
  class: number;
  category: string;
  operator: string;
  status: DeviceStatus;
  cell: string | null;
  license: string | null;
  license_until_s: number | null;
  last_proof_ms: number | null;
  last_refusal: { code: number; reason: string; hint: string; at_ms: number } | null;
  accepted: number;
  refused: number;
  top_refusal: { code: number; reason: string; hint: string; count: number } | null;
  quality_ppm: number | null;
  density_ppm: number | null;
  share: string;
  lifetime_total: string;
  attention: Attention[];
};

/** `GET /v1/operators/{wallet}/devices?epochs=N`. */
export type DeviceList = {
  operator: string;
  newest_epoch: number | null;
  epochs: number;
  devices: DeviceRow[];
};

export type DeviceEpoch = {
  epoch: number;
  starts_at_s: number;
  ends_at_s: number;
  state: EpochState;
  operator: string;
  points_millionths: string;
  share: string;
  accepted: number;
  refused: number;
  quality_ppm: number | null;
};

/** `GET /v1/devices/{device}?epochs=N`. */
export type DeviceView = { device: DeviceRow; epochs: DeviceEpoch[] };

/** A factor that points are multiplied with, and what it was computed from. */
export type Factor = { name: string; ppm: number; inputs: [name: string, value: number][] };

/** One proof in an explanation. */
export type ProofLine = {
  id: string;
  kind: string;
  captured_at_ms: number;
  /** Number of the reason; 0 when it counts. */
  code: number;
  reason: string;
  hint: string;
  /** Units before its factors, a decimal number. */
  gross: string;
  factors: Factor[];
  /** Units after them, a decimal number. */
  units: string;
  zero: string | null;
};

export type KindLine = { kind: string; accepted: number; refused: number; units: string; points: string };

/** The budget that a device had a share of. */
export type ClassBudget = {
  class: number | null;
  weight: number;
  budget: string;
  points: string;
  usage_points: string;
  usage_budget: string;
  usage_paid: string;
  points_budget: string;
} & Record<string, unknown>;

/** The way from a device's leaf to the root; the proofs are hex, 40 bytes a step. */
export type LeafPath = {
  device_total: string;
  device_index: number;
  device_proof: string;
  devices_root: string;
  operator_total: string;
  operator_index: number;
  operator_proof: string;
  root: string;
  root_sum: string;
};

/** `GET /v1/devices/{device}/epochs/{n}`: why a device got what it did. Points are decimal numbers. */
export type Explanation = {
  pool: string;
  epoch: number;
  starts_at_s: number;
  ends_at_s: number;
  device: string;
  operator: string | null;
  class: number | null;
  proofs: ProofLine[];
  kinds: KindLine[];
  factors: Factor[];
  points: string;
  usage_points: string;
  class_budget: ClassBudget | null;
  credit_price: number | null;
  usage_tokens: string;
  share: string;
  zero: string | null;
  zero_part?: string | null;
  adopted: boolean;
  manifest_hash: string | null;
  path: LeafPath | null;
};

export type MapCell = {
  cell: string;
  devices: number;
  active: number;
  share: string;
  density_ppm: number;
  by_category: Record<string, number>;
};
/** `GET /v1/map?resolution=N`. */
export type MapView = { resolution: number; newest_epoch: number | null; epochs: number; cells: MapCell[] };
/** `GET /v1/map/{cell}`. */
export type CellView = {
  cell: string;
  devices: {
    device: string;
    operator: string;
    class: number;
    category: string;
    share: string;
    density_ppm: number;
    active: boolean;
  }[];
  more: number;
};

/** A text frame of `GET /v1/live`. */
export type LiveMessage =
  | {
      type: 'hello';
      identity: string;
      current_epoch: number | null;
      newest_epoch: number | null;
      finalized_epoch: number | null;
    }
  | { type: 'epoch'; epoch: number; state: EpochState }
  | { type: 'root'; epoch: number; root_sum: string }
  | { type: 'proofs'; epoch: number; accepted: number; refused: number }
  | { type: 'device'; device: string; at_ms: number; accepted: boolean; code: number; reason: string }
  | { type: 'registry'; slot: number };
