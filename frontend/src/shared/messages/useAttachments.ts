import { useState } from 'preact/hooks';

const AT_MOST = 5;

/** Files chosen for the next message, and why one was not taken. */
export function useAttachments(maxBytes: number) {
  const [files, setFiles] = useState<File[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);

  const add = (chosen: File[]) => {
    const isSound = ({ size }: File) => size > 0 && size <= maxBytes;
    const fault = chosen.find((file) => !isSound(file));
    const fitting = [...files, ...chosen.filter(isSound)];
    setFiles(fitting.slice(0, AT_MOST));
    setRefusal(null);
    if (fault || fitting.length > AT_MOST)
      void import('./fileFault').then(({ fileFault, tooMany }) =>
        setRefusal(fault ? fileFault(fault, maxBytes) : tooMany(AT_MOST)),
      );
  };
  const remove = (file: File) => setFiles(files.filter((other) => other !== file));
  const clear = () => {
    setFiles([]);
    setRefusal(null);
  };

  return { files, refusal, add, remove, clear };
}
