// The settings: cluster, oracles, whose page, theme.
import { isAddress } from '@solana/kit';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { CLUSTER_LABEL, CLUSTERS, type ClusterId } from '../chain/cluster';
import { useApp, useSettings, useTheme, type Theme } from '../state';
import { Button, Dialog, Field, Notice, Select } from '../ui';
import { Icon } from './icons';

/** The dialog behind the gear. */
export function SettingsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Settings">
      <div className="space-y-6">
        <ThemeChoice />
        <ViewAs onDone={onClose} />
        <ClusterForm />
        <OracleForm />
      </div>
    </Dialog>
  );
}

const THEMES: { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ThemeChoice() {
  const [theme, setTheme] = useTheme();
  return <Select label="Theme" value={theme} options={THEMES} onChange={setTheme} />;
}

const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };

/** In the header: the next theme. */
export function ThemeButton() {
  const [theme, setTheme] = useTheme();
  const label = THEMES.find(({ value }) => value === theme)?.label ?? theme;
  return (
    <Button
      kind="quiet"
      className="!px-2 max-md:!hidden"
      onClick={() => setTheme(NEXT_THEME[theme])}
      aria-label={`Theme: ${label.toLowerCase()}`}
      title={`Theme: ${label.toLowerCase()}`}
    >
      <Icon name={theme} />
    </Button>
  );
}

/** In the header: which chain this is; opens the settings. */
export function ClusterButton({ onClick }: { onClick: () => void }) {
  const { settings } = useSettings();
  const { walletChain } = useApp();
  const chosen = settings.cluster ?? 'oracle';
  const name = walletChain ? CHAIN_LABEL[walletChain.replace('solana:', '')] : undefined;
  const label = chosen === 'oracle' ? (name ?? 'No cluster') : CLUSTER_LABEL[chosen];
  return (
    <Button
      kind="quiet"
      size="small"
      className="text-muted max-xl:!hidden"
      onClick={onClick}
      aria-haspopup="dialog"
      aria-label={`Cluster: ${label}`}
    >
      {label}
    </Button>
  );
}

const CHAIN_LABEL: Record<string, string> = {
  mainnet: 'Mainnet Beta',
  devnet: 'Devnet',
  testnet: 'Testnet',
  localnet: 'Localnet',
};

/** Whose page is shown, without their wallet. */
export function ViewAs({ onDone }: { onDone?: () => void }) {
  const [search, setSearch] = useSearchParams();
  const current = search.get('operator') ?? '';
  const [text, setText] = useState(current);
  const [error, setError] = useState<string | null>(null);
  const show = (operator: string) => {
    const next = new URLSearchParams(search);
    if (operator) next.set('operator', operator);
    else next.delete('operator');
    setSearch(next);
    onDone?.();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const operator = text.trim();
    if (!isAddress(operator)) return setError(`\`${operator}\` is not an address: give 32 bytes in base58`);
    setError(null);
    show(operator);
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="View as"
        hint="Any operator’s address: you can look at everything, and sign nothing."
        value={text}
        onChange={setText}
        error={error}
        placeholder="Address of a wallet"
        after={
          <>
            <Button type="submit">Show</Button>
            {current && (
              <Button
                onClick={() => {
                  setText('');
                  show('');
                }}
              >
                Mine
              </Button>
            )}
          </>
        }
      />
    </form>
  );
}

/** Which chain the page reads and sends to. */
export function ClusterForm() {
  const { settings, change } = useSettings();
  const { config } = useApp();
  const cluster = settings.cluster ?? 'oracle';
  const [rpcUrl, setRpcUrl] = useState(settings.rpcUrl ?? '');
  const [wsUrl, setWsUrl] = useState(settings.wsUrl ?? '');
  const [error, setError] = useState<string | null>(null);
  const choose = (next: ClusterId) => {
    const { cluster: _, ...rest } = settings;
    change(next === 'oracle' ? rest : { ...rest, cluster: next });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const problem = urlProblem(rpcUrl, /^https?:$/) ?? (wsUrl ? urlProblem(wsUrl, /^wss?:$/) : null);
    setError(problem);
    if (!problem)
      change({ ...settings, rpcUrl: rpcUrl.trim(), ...(wsUrl ? { wsUrl: wsUrl.trim() } : { wsUrl: '' }) });
  };
  return (
    <div className="space-y-3">
      <Select
        label="Cluster"
        value={cluster}
        options={CLUSTERS.map((value) => ({ value, label: CLUSTER_LABEL[value] }))}
        onChange={choose}
      />
      {cluster === 'oracle' && !config.rpc_url && (
        <Notice tone="warn">
          The oracle does not say where an RPC node is: choose a cluster, or name a node under “Custom RPC”.
        </Notice>
      )}
      {cluster === 'custom' && (
        <form onSubmit={submit} className="space-y-3">
          <Field
            label="RPC address"
            type="url"
            value={rpcUrl}
            onChange={setRpcUrl}
            error={error}
            placeholder="https://…"
          />
          <Field
            label="WebSocket address"
            type="url"
            value={wsUrl}
            onChange={setWsUrl}
            hint="Empty: by Solana’s convention."
            placeholder="wss://…"
          />
          <Button type="submit">Use this node</Button>
        </form>
      )}
    </div>
  );
}

/** Which oracles are asked. */
export function OracleForm() {
  const { settings, change } = useSettings();
  const [text, setText] = useState((settings.oracles ?? []).join(' '));
  const [error, setError] = useState<string | null>(null);
  const reset = () => {
    const { oracles: _, ...rest } = settings;
    setText('');
    setError(null);
    change(rest);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const urls = text.split(/[\s,]+/).filter(Boolean);
    if (urls.length === 0) return reset();
    const problem = urls.map((url) => urlProblem(url, /^https?:$/)).find(Boolean) ?? null;
    setError(problem);
    if (!problem) change({ ...settings, oracles: urls });
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="Oracles"
        hint="Addresses with spaces between them; empty for those that the page finds by itself."
        value={text}
        onChange={setText}
        error={error}
        placeholder="https://oracle.example.org"
        after={
          <>
            <Button type="submit">Use</Button>
            {settings.oracles && <Button onClick={reset}>Reset</Button>}
          </>
        }
      />
    </form>
  );
}

function urlProblem(text: string, protocols: RegExp): string | null {
  try {
    return protocols.test(new URL(text.trim()).protocol) ? null : `\`${text}\` begins with another protocol`;
  } catch {
    return `\`${text}\` is not an address`;
  }
}
