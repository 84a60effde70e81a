import { describe, expect, it } from 'vitest'
import { context, gpus } from './context.ts'

const { namer } = context()
const card = (provider: string, name: string, instance = '', memoryGib: number | null = null) =>
  namer.card({ provider, name, instance, memoryGib })

describe('the name of a card in a price list', () => {
  it.each([
    ['aws', 'A100', 'p4d.24xlarge', 'a100-sxm-40gb'],
    ['aws', 'A100-80GB', 'p4de.24xlarge', 'a100-sxm-80gb'],
    ['aws', 'V100-32GB', 'p3dn.24xlarge', 'v100-sxm2-32gb'],
    ['aws', 'L4', 'gr6.4xlarge', 'l4'],
    ['azure', 'A100-80GB', 'Standard_NC24ads_A100_v4', 'a100-pcie-80gb'],
    ['azure', 'A100-80GB', 'Standard_ND96amsr_A100_v4', 'a100-sxm-80gb'],
    ['azure', 'H100', 'Standard_NC40ads_H100_v5', 'h100-nvl'],
    ['lambda', 'A6000', 'gpu_2x_a6000', 'rtxa6000'],
    ['lambda', 'A100', 'gpu_1x_a100_sxm4', 'a100-sxm-40gb'],
    ['lambda', 'A100', 'gpu_1x_a100', 'a100-pcie-40gb'],
    ['lambda', 'H100', 'gpu_1x_h100_pcie', 'h100-pcie'],
    ['runpod', 'H100-SXM', '', 'h100-sxm'],
    ['runpod', 'H100-NVL', '', 'h100-nvl'],
    ['runpod', 'A100-80GB-SXM', '', 'a100-sxm-80gb'],
    ['verda', 'RTX-6000-Ada', '', 'rtx6000ada'],
    ['elsewhere', 'NVIDIA GeForce RTX 4090', '', 'rtx4090'],
    ['elsewhere', 'H200', '', 'h200-sxm'],
    ['elsewhere', 'rtx-pro-6000-wk', '', 'rtxpro6000-ws'],
    ['elsewhere', 'A10', '', 'a10'],
    ['elsewhere', 'MI300X', '', 'mi300x'],
  ])('of %s, %s in %s, is %3$s', (provider, name, instance, gpu) => {
    expect(card(provider, name, instance)).toEqual({ gpu })
  })

  it('is told apart by memory where the list states it', () => {
    expect(card('vast', 'A100_SXM4', '', 80)).toEqual({ gpu: 'a100-sxm-80gb' })
    expect(card('vast', 'A100_SXM4', '', 40)).toEqual({ gpu: 'a100-sxm-40gb' })
    expect(card('elsewhere', 'H100', '', 94)).toEqual({ gpu: 'h100-nvl' })
  })

  it('may mean several cards: then none is guessed', () => {
    expect(card('elsewhere', 'H100', '', 80)).toEqual({ wrong: 'H100 may be h100-pcie or h100-sxm' })
    expect(card('elsewhere', 'A100')).toHaveProperty('wrong')
  })

  it.each(['RTX 3070', 'RTX_3060_Ti', 'quadro-rtx-6000', 'rtx-pro-6000-maxq', 'A1000', '', 'H1000'])(
    'is unknown for "%s"',
    (name) => {
      expect(card('elsewhere', name)).toEqual({ wrong: `no GPU on file is called ${name}` })
    },
  )

  it('is found by the id of every card', () => {
    for (const { id } of gpus) expect(card('elsewhere', id)).toEqual({ gpu: id })
  })
})
