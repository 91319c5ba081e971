import { useValue } from '../../shared/useValue';
import type { VisitorChat } from '../visitorChat';
import { Advertisements } from './Advertisements';
import { hostOf } from './PictureLink';
import './Foot.css';

/** The bottom line: links (W-15), advertisements (W-16), and the company's logo at its end (W-17). */
export function Foot({ chat }: { chat: VisitorChat }) {
  const look = useValue(chat.style)?.window;
  if (!look) return null;
  const { links, ads, logo } = look;
  const hasAds = ads.lines.length > 0;
  if (!hasAds && links.length === 0 && !logo) return null;
  const image = logo && <img class="foot__logo" src={logo.url} alt={logoWords(logo.link)} />;
  return (
    <footer class="foot">
      <div class="foot__words">
        {hasAds && <Advertisements {...ads} />}
        {links.length > 0 && (
          <ul class="foot__links">
            {links.map(({ text, url }) => (
              <li key={text + url}>
                <a
                  class="foot__link"
                  href={url}
                  target="_blank"
                  rel="noopener noreferrer"
                  dir="auto"
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
      {logo?.link ? (
        <a href={logo.link} target="_blank" rel="noopener noreferrer">
          {image}
        </a>
      ) : (
        image
      )}
    </footer>
  );
}

function logoWords(link: string): string {
  return link ? hostOf(link) : '';
}
