import { describe, expect, it } from 'vitest'
import { explainMistake } from '../../src/cli/mistyped.js'

describe('explainMistake', () => {
  it.each([
    [
      ['strat'],
      'Unknown argument: strat',
      'there is no command "strat"; did you mean start?',
      'clusterp --help',
    ],
    [['xyzzy'], 'Unknown argument: xyzzy', 'there is no command "xyzzy"', 'clusterp --help'],
    [
      ['strat', '--bogus'],
      'Unknown arguments: bogus, strat',
      'there is no command "strat"; did you mean start?',
      'clusterp --help',
    ],
    [
      ['start', '--intervall', '1'],
      'Unknown argument: intervall',
      'start: there is no flag --intervall; did you mean --interval?',
      'clusterp start --help',
    ],
    [
      ['start', '--keep-goin'],
      'Unknown arguments: keep-goin, keepGoin',
      'start: there is no flag --keep-goin; did you mean --keep-going?',
      'clusterp start --help',
    ],
    [
      ['start', '--with-pars=1', '-x'],
      'Unknown arguments: with-pars, withPars, x',
      'start: there is no flag --with-pars; there is no flag -x',
      'clusterp start --help',
    ],
    [['clean', 'a', 'b'], 'Unknown argument: b', 'clean: "b" is a word too many', 'clusterp clean --help'],
    [
      ['start', '--ask-password', 'swordfish'],
      'Unknown argument: swordfish',
      '--ask-password takes no value; it is asked for',
      'clusterp start --help',
    ],
    [
      ['--ask-password', 'swordfish'],
      'Unknown argument: swordfish',
      '--ask-password takes no value; it is asked for',
      'clusterp --help',
    ],
    [
      ['start', '--config'],
      'Not enough arguments following: config',
      'start: --config needs a value',
      'clusterp start --help',
    ],
    [
      ['completion'],
      'Not enough non-option arguments: got 0, need at least 1',
      'completion: a word is missing: clusterp completion <shell>',
      'clusterp completion --help',
    ],
    [
      [],
      'name a command, such as: clusterp start',
      'name a command, such as: clusterp start',
      'clusterp --help',
    ],
    [['\u001b[2J'], 'Unknown argument: \u001b[2J', 'there is no command "\\x1b[2J"', 'clusterp --help'],
  ])('of %j says what is wrong', async (argv, said, message, hint) => {
    expect(await explainMistake(said, argv)).toEqual({ message, hint })
  })
})
