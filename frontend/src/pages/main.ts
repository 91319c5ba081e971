import './pages.css';
import htmx from 'htmx.org';
import { drawCharts } from './charts.ts';
import { showWhatIsChosen, submitOnChange } from './choosing.ts';
import { copyOnClick } from './copying.ts';
import { keepWhatWasTyped, sendOnce } from './forms.ts';
import { openNavigation } from './navigation.ts';
import { revealPasswords } from './passwords.ts';
import { suggestCompanyId, tellTimeZone } from './signUp.ts';

// The pages' content security policy has no 'unsafe-eval', and styles come from our files only.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

copyOnClick();
drawCharts();
openNavigation();
revealPasswords();
showWhatIsChosen();
submitOnChange();
suggestCompanyId();
tellTimeZone();
keepWhatWasTyped();
sendOnce();
