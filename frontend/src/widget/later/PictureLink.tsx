import type { Picture } from '../../shared/style';
import './PictureLink.css';

/** The picture at the right, and where it leads (W-14). */
export function PictureLink({ picture }: { picture: Picture }) {
  const { url, link, text } = picture;
  const image = <img class="picture-link" src={url} alt={text || (link ? hostOf(link) : '')} />;
  if (!link) return image;
  return (
    <a href={link} target="_blank" rel="noopener noreferrer">
      {image}
    </a>
  );
}

/** What a link without words is called. */
export function hostOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return url;
  }
}
