/** The font that is carried along, so that plots look the same everywhere, also where no font is installed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type FontAdvances, readAdvances } from './ttf.js'

/** Width of a text in pixels at a font size in pixels. */
export type TextWidth = (text: string, fontSize: number, isBold: boolean) => number

const FONT_FILES = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const
/** A character that the font lacks is taken from another one: ideographs are one em wide, others about so wide. */
const IDEOGRAPH_EM = 1
const UNKNOWN_EM = 0.6
const FIRST_IDEOGRAPH = 0x2e80

/** Reads the bundled font, and gives a measure for texts set in it. */
export function loadTextWidth(): TextWidth {
  const regular = cachedAdvances(fontPath('regular'))
  const bold = cachedAdvances(fontPath('bold'))
  return (text, fontSize, isBold) => {
    let em = 0
    for (const character of text) em += (isBold ? bold : regular)(character.codePointAt(0) ?? 0)
    return em * fontSize
  }
}

function cachedAdvances(path: string): (codePoint: number) => number {
  const font: FontAdvances = readAdvances(readFileSync(path), path)
  const known = new Map<number, number>()
  return (codePoint) => {
    const cached = known.get(codePoint)
    if (cached !== undefined) return cached
    const advance = font.advanceOf(codePoint) ?? (codePoint >= FIRST_IDEOGRAPH ? IDEOGRAPH_EM : UNKNOWN_EM)
    known.set(codePoint, advance)
    return advance
  }
}

/** Path of the bundled font's file. */
export function fontPath(face: keyof typeof FONT_FILES): string {
  return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${FONT_FILES[face]}`)
}

let setup: { readonly folder: string; readonly before: string | undefined } | null = null
let isRead = false

/**
 * Makes fontconfig find the bundled font, and besides it what the machine has (other scripts). Works only in the main
 * thread and before the first text is drawn, because fontconfig reads its configuration once.
 */
export function installFonts(): void {
  if (setup !== null || isRead) return
  const before = process.env.FONTCONFIG_FILE
  const folder = mkdtempSync(join(tmpdir(), 'clusterp-fonts-'))
  setup = { folder, before }
  process.once('exit', removeFontSetup)
  const path = join(folder, 'fonts.conf')
  writeFileSync(path, fontConfig(folder, before ?? '/etc/fonts/fonts.conf'))
  process.env.FONTCONFIG_FILE = path
}

/** Takes back what `installFonts` did; to be called once a picture with text is drawn. */
export function removeFontSetup(): void {
  if (setup === null) return
  if (setup.before === undefined) delete process.env.FONTCONFIG_FILE
  else process.env.FONTCONFIG_FILE = setup.before
  rmSync(setup.folder, { recursive: true, force: true })
  setup = null
  isRead = true
}

/** The fonts stay where the package has them, for fontconfig goes on opening them after it has read this. */
function fontConfig(folder: string, systemFile: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    `<dir>${escapeXml(dirname(fontPath('regular')))}</dir>`,
    `<include ignore_missing="yes">${escapeXml(systemFile)}</include>`,
    `<cachedir>${escapeXml(join(folder, 'cache'))}</cachedir>`,
    '</fontconfig>',
    '',
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
