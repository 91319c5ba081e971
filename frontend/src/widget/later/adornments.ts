/** What some companies put around the conversation; fetched only where there is some of it. */
export { AboutUs } from './AboutUs';
export { Foot } from './Foot';
export { HeaderLinks } from './HeaderLinks';
export { Warning } from './Warning';
