// Short messages at the foot of the page, read by screen readers, gone by themselves.
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { Notice, type Tone } from './basics';

type Toast = { id: number; tone: Tone; text: string };
const ToastContext = createContext<(text: string, tone?: Tone) => void>(() => undefined);

const SHOWN_MS = 6_000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, set] = useState<Toast[]>([]);
  const show = useCallback((text: string, tone: Tone = 'neutral') => {
    const id = Date.now() + Math.random();
    set((before) => [...before.slice(-2), { id, tone, text }]);
    setTimeout(() => set((before) => before.filter((toast) => toast.id !== id)), SHOWN_MS);
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-3 bottom-20 z-40 flex flex-col items-center gap-2 md:bottom-5"
      >
        {toasts.map((toast) => (
          <div key={toast.id} className="shadow-lg">
            <Notice tone={toast.tone}>{toast.text}</Notice>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** Shows a short message: `toast('Copied', 'good')`. */
export function useToast(): (text: string, tone?: Tone) => void {
  return useContext(ToastContext);
}
