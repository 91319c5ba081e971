/** What comes when the window is opened for the first time, all at once: one request instead of two dozen. */
export { MessageList } from '../../shared/messages/MessageList';
export { WholeMark } from '../../shared/messages/WholeMark';
export { Consent } from './Consent';
export { EarlierConversations } from './EarlierConversations';
export { Ended } from './Ended';
export { Erased } from './Erased';
export { HiddenNote } from './HiddenNote';
export { MenuList } from './MenuList';
export { OfflineForm } from './OfflineForm';
export { Privacy } from './Privacy';
export { RatingForm } from './RatingForm';
export { Trouble } from './Trouble';
export { saveTranscript } from './transcript';
export { Waiting } from './Waiting';
