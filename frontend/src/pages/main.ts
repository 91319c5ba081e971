import './pages.css';
import htmx from 'htmx.org';
import { drawCharts } from './charts.ts';
import { showWhatIsChosen, submitOnChange } from './choosing.ts';
import { copyOnClick } from './copying.ts';
import { filterLists } from './filtering.ts';
import { keepWhatWasTyped, sendOnce } from './forms.ts';
import { openNavigation } from './navigation.ts';
import { usePasskeys } from './passkeys.ts';
import { revealPasswords } from './passwords.ts';
import { samplePrompts } from './prompts.ts';
import { refreshWhileSeen } from './refreshing.ts';
import { suggestCompanyId, tellTimeZone } from './signUp.ts';
import { focusOnSlash } from './slash.ts';
import { openEditors } from './styleEditors.ts';

// The pages' content security policy has no 'unsafe-eval', and styles come from our files only.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

copyOnClick();
drawCharts();
filterLists();
focusOnSlash();
openEditors();
openNavigation();
refreshWhileSeen();
revealPasswords();
samplePrompts();
showWhatIsChosen();
submitOnChange();
suggestCompanyId();
tellTimeZone();
usePasskeys();
keepWhatWasTyped();
sendOnce();
