/** Bytes as they are. Whoever yields them has made them safe for a terminal. */
import type { BytesResult } from '../../commands/results.js';
import type { Form, KindForms } from '../forms.js';

const whole: Form<BytesResult> = ({ bytes: all }) => all;

export const bytes: KindForms<BytesResult> = { human: whole, plain: whole, zkcli: whole };
