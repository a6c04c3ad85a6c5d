/** A node of a Slurm cluster that lets only those in who have a job there. */

//   Access denied by pam_slurm_adopt: you have no active jobs on this node
//   Access denied: user ann (uid=1000) has no active jobs on this node.
const NO_JOB = /^.*\bno active jobs on this node\b.*$/im
const MOST_SHOWN = 200

/** How such words at a login read as the end of a sentence, and what to do; null for any other words. */
export function slurmRefusal(said: string): { readonly what: string; readonly hint: string } | null {
  const line = NO_JOB.exec(said)?.[0]?.trim()
  if (line === undefined) return null
  return {
    what: `the node lets only those in who have a Slurm job there: "${line.slice(0, MOST_SHOWN)}"`,
    hint: 'run clusterp inside the job: salloc clusterp check   (or in the sbatch script; hosts: [slurm] are its nodes)',
  }
}
