import './Mark.css';

/** The product's mark: somebody has come. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" role="img" aria-label="Laike">
      <path
        class="mark__bubble"
        d="M16 2.5C8.5 2.5 2.5 7.9 2.5 14.7c0 3.7 1.8 7 4.7 9.2l-.9 4.3c-.2.9.7 1.6 1.5 1.2l4.9-2.7c1.1.2 2.2.3 3.3.3 7.5 0 13.5-5.5 13.5-12.3S23.5 2.5 16 2.5Z"
      />
      <circle class="mark__guest" cx="16" cy="10.9" r="3.7" />
      <path
        class="mark__guest"
        d="M9.4 20.9c.8-3.5 3.4-5.3 6.6-5.3s5.8 1.8 6.6 5.3c.1.5-.3.9-.8.9H10.2c-.5 0-.9-.4-.8-.9Z"
      />
    </svg>
  );
}
