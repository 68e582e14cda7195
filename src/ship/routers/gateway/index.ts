export { type GatewayRouter, type GatewayRouterOptions, gatewayRouter } from './gateway-router.ts'
