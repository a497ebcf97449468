// Setting payees: the instructions, and what they cost.
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import { getOpenClaimantInstructionAsync, getSetPayeesInstruction } from '../generated/rewards/instructions';
import type { Pool } from '../generated/rewards/accounts';
import { CLAIMANT_BYTES, PAYEE_BYTES, type PayeeShare } from '../lib/payees';
import { readRaws } from './accounts';
import type { Chain } from './cluster';
import { associatedToken, claimantOf, TOKEN_PROGRAM } from './pda';
import { createAssociatedToken, rentFor, TOKEN_2022_ACCOUNT_BYTES, TOKEN_ACCOUNT_BYTES } from './token';

/** What setting payees takes and changes. */
export type PayeesPlan = {
  instructions: Instruction[];
  /** The operator's account is opened first. */
  opens: boolean;
  /** The operator's token account is created first. */
  createsTokens: boolean;
  /** Lamports that the accounts take as rent; negative when some come back. */
  rent: bigint;
};

type PoolLike = { address: Address; data: Pick<Pool, 'mint' | 'tokenProgram'> };

/**
 * What it takes to set `payees` for the signer's future claims; none for everything to the operator again.
 * Opens the operator's account when there is none.
 * @throws CairnError `rpc_failed`
 */
export async function planPayees(
  chain: Chain,
  signer: TransactionSigner,
  pool: PoolLike,
  payees: readonly PayeeShare[],
): Promise<PayeesPlan> {
  const { mint, tokenProgram } = pool.data;
  const operator = signer.address;
  const claimant = await claimantOf(pool.address, operator);
  const tokens = await associatedToken(operator, mint, tokenProgram);
  const [account, tokenAccount] = await readRaws(chain, [claimant, tokens]);
  const instructions: Instruction[] = [];
  let rent = 0n;
  if (!account) {
    instructions.push(await createAssociatedToken(signer, operator, mint, tokenProgram));
    if (!tokenAccount) {
      rent += await rentFor(chain, tokenProgram === TOKEN_PROGRAM ? TOKEN_ACCOUNT_BYTES : TOKEN_2022_ACCOUNT_BYTES);
    }
    instructions.push(
      await getOpenClaimantInstructionAsync({ payer: signer, pool: pool.address, operator, destination: tokens, claimant }),
    );
  }
  const bytes = CLAIMANT_BYTES + payees.length * PAYEE_BYTES;
  rent += (await rentFor(chain, bytes)) - (account?.lamports ?? 0n);
  instructions.push(getSetPayeesInstruction({ operator: signer, pool: pool.address, claimant, payees: [...payees] }));
  return { instructions, opens: !account, createsTokens: !account && !tokenAccount, rent };
}
