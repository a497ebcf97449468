// What the wallet's own dialogs are made of: ui/index.ts would go in a circle.
export { Badge, Button, Notice } from './basics';
export { Dialog } from './dialog';
export { Failed } from './states';
export { Address } from './values';
