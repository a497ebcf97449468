// Which devices are listed: kept in the page's address, so that a link shows the same.
import { CATEGORIES, CATEGORY } from '../../lib/category';
import { isFiltered, STATUSES, type Filter } from '../../lib/devices';
import { Button, Checkbox, Field, Select } from '../../ui';

const STATUS_OPTIONS = [
  { value: '', label: 'Any' },
  ...STATUSES.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
];
const CATEGORY_OPTIONS = [{ value: '', label: 'All' }, ...CATEGORIES.map((value) => ({ value: value as string, label: CATEGORY[value].label }))];
export const NO_FILTER: Filter = { status: '', category: '', attention: false, text: '' };

export function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const set = (change: Partial<Filter>) => onChange({ ...filter, ...change });
  return (
    <div role="search" aria-label="Devices" className="mb-4 flex flex-wrap items-end gap-x-3 gap-y-2.5 max-sm:[&>*]:w-full">
      <Field
        label="Find"
        type="search"
        className="w-64"
        placeholder="Serial, address, cell or licence"
        value={filter.text}
        onChange={(text) => set({ text })}
      />
      <div className="w-36">
        <Select label="Category" value={filter.category} options={CATEGORY_OPTIONS} onChange={(category) => set({ category })} />
      </div>
      <div className="w-36">
        <Select label="Status" value={filter.status} options={STATUS_OPTIONS as { value: Filter['status']; label: string }[]} onChange={(status) => set({ status })} />
      </div>
      <div className="flex min-h-9 items-center">
        <Checkbox label="Needs attention" checked={filter.attention} onChange={(attention) => set({ attention })} />
      </div>
      {isFiltered(filter) && (
        <Button kind="quiet" onClick={() => onChange(NO_FILTER)}>
          Clear the filter
        </Button>
      )}
    </div>
  );
}
