// The overview for nobody yet: what the page is for, and the two ways in.
import { ViewAs } from '../../frame/settings';
import { Card, Mark } from '../../ui';
import { WalletButton } from '../../wallet/picker';

const ANSWERS = [
  {
    question: 'What did I earn?',
    answer: 'By epoch and by what your devices do, and what can be claimed now.',
  },
  {
    question: 'Why?',
    answer: 'Each device’s paystub, down to every proof, checked in your browser against the chain.',
  },
  {
    question: 'Is anything wrong?',
    answer: 'Devices that are silent, refused, under-bonded or about to lose their licence.',
  },
];

export function Welcome() {
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
      <Card className="lg:col-span-7">
        <Mark className="size-12" />
        <h2 className="mt-3 text-xl">Connect a wallet to see what your devices earned</h2>
        <dl className="mt-4 space-y-3">
          {ANSWERS.map(({ question, answer }) => (
            <div key={question}>
              <dt className="font-semibold">{question}</dt>
              <dd className="text-muted">{answer}</dd>
            </div>
          ))}
        </dl>
        <div className="mt-5">
          <WalletButton />
        </div>
      </Card>
      <Card
        title="Only looking?"
        note="No wallet is needed to look at an operator’s page."
        className="lg:col-span-5"
      >
        <ViewAs />
      </Card>
    </div>
  );
}
